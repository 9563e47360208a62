/** A tool that makes apps, and how to have it do the least and the most that it can do without an install. */
export interface Contestant {
  name: string
  version: string
  /** Starts it and has it write nothing; null where it has no such flag. */
  look: string[] | null
  /** Makes an app in a folder, without an install; a reason where it cannot. */
  scaffold: ((folder: string) => string[]) | string
}

/** Ours is the first. */
export const contestants = (version: string): Contestant[] => [
  {
    name: 'create-sess-app',
    version,
    look: ['--help'],
    scaffold: (folder) => [folder, '--store', 'sqlite', '--yes', '--no-install', '--no-git'],
  },
  {
    name: 'create-vite',
    version: '9.3.0',
    look: ['--help'],
    scaffold: (folder) => [folder, '--template', 'vanilla-ts', '--no-interactive'],
  },
  {
    name: 'create-hono',
    version: '0.19.5',
    look: ['--help'],
    scaffold: 'downloads its template from GitHub',
  },
  {
    name: 'express-generator-typescript',
    version: '2.8.1',
    // It takes every word for a folder; and it installs, for which it finds an npm that does nothing.
    look: null,
    scaffold: (folder) => [folder],
  },
]
