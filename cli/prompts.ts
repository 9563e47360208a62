// The few of them that we use: the rest is left out of the bundle.
export { cancel, confirm, intro, isCancel, outro, select, text } from '@clack/prompts'
