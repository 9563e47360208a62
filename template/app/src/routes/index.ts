// Every page of the app. A line can go together with its file; views leave out the links to it.
export { account } from './account.ts'
export { auth } from './auth.ts'
export { devices } from './devices.ts'
export { home } from './home.ts'
export { password } from './password.ts'
export { reauth } from './reauth.ts'
