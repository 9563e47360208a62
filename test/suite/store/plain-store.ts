/** Opens a store of a published package whose sessions can be adopted; or why there is none. */
export const openPlain: unknown =
  'no package for express-session keeps sessions in this store that could be adopted'
