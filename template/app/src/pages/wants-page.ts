import type { Request } from 'express'

/** Whether a request is for the API; Express takes capitals for small letters, so this does. */
export function isForApi({ path }: Pick<Request, 'path'>): boolean {
  return /^\/api\//i.test(path)
}

/** Whether to answer with a page: browsers' forms to `/api` ask for one, programs ask for JSON or for anything. */
export function wantsPage(req: Request): boolean {
  return isForApi(req)
    ? req.accepts(['json', 'html']) === 'html'
    : req.accepts(['html', 'json']) !== 'json'
}
