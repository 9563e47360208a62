import { execFile } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import type { Contestant } from './contestants.ts'

/** What is measured of a tool: times in ms, size in bytes; null where it cannot be. */
export interface Measures {
  cold: number[]
  warm: number[]
  scaffold: number[]
  bytes: number
  packages: number
}

/** A desk to measure at: an empty folder, a registry, and npm by its path, as the one on PATH does nothing. */
export interface Desk {
  folder: string
  registry: string
  npm: string
}

/** Makes a folder with an `npm` that does nothing, which tools find that install unasked. */
export function makeStub(folder: string): string {
  const bin = join(folder, 'stub')
  mkdirSync(bin)
  writeFileSync(join(bin, 'npm'), '#!/bin/sh\nexit 0\n')
  chmodSync(join(bin, 'npm'), 0o755)
  return bin
}

/** One round of a tool: fetched by npx into an empty cache, run again from it, and run as it lies there. */
export async function measureRound(contestant: Contestant, desk: Desk, into: Measures) {
  const { name, version, look, scaffold } = contestant
  const cwd = mkdtempSync(join(desk.folder, 'round-'))
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key))),
    npm_config_cache: join(cwd, 'cache'),
    npm_config_registry: desk.registry,
    npm_config_update_notifier: 'false',
    PATH: [join(desk.folder, 'stub'), process.env.PATH].join(delimiter),
  }
  const time = async (args: string[]) => {
    const began = performance.now()
    await promisify(execFile)(process.execPath, args, { cwd, env })
    return performance.now() - began
  }
  const first = look ?? (typeof scaffold === 'string' ? [] : scaffold('first'))
  const again = look ?? (typeof scaffold === 'string' ? [] : scaffold('again'))
  const npx = [desk.npm, 'exec', '--yes', `${name}@${version}`, '--']
  into.cold.push(await time([...npx, ...first]))
  into.warm.push(await time([...npx, ...again]))
  const [place = ''] = readdirSync(join(cwd, 'cache/_npx'))
  const modules = join(cwd, 'cache/_npx', place, 'node_modules')
  into.bytes = sizeOf(modules)
  into.packages = countPackages(modules)
  if (typeof scaffold !== 'string') {
    into.scaffold.push(await time([join(modules, '.bin', name), ...scaffold('app')]))
  }
  rmSync(cwd, { recursive: true })
}

function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return files.reduce((sum, file) => {
    const found = lstatSync(join(folder, file))
    return found.isFile() ? sum + found.size : sum
  }, 0)
}

function countPackages(modules: string): number {
  const files = readdirSync(modules, { recursive: true, encoding: 'utf8' })
  return files.filter((file) =>
    /(^|node_modules\/)(@[^/]+\/)?[^/.@][^/]*\/package\.json$/.test(file),
  ).length
}
