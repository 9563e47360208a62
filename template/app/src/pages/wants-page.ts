import type { Request } from 'express'

/** Whether to answer with a page: browsers' forms to `/api` ask for one, programs ask for JSON or for anything. */
export function wantsPage(req: Request): boolean {
  return req.path.startsWith('/api/')
    ? req.accepts(['json', 'html']) === 'html'
    : req.accepts(['html', 'json']) !== 'json'
}
