import type { Profiler } from 'node:inspector'
import { Session } from 'node:inspector/promises'

// Is loaded before an app by `--import`: it counts which functions of the app run, and sends the
// files of those that ran since the last message whenever its parent sends one.
const inspector = new Session()
inspector.connect()
await inspector.post('Profiler.enable')
await inspector.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })

process.on('message', async () => {
  // Reading the counts sets them to nothing.
  const { result } = await inspector.post('Profiler.takePreciseCoverage')
  const entered = result
    .filter(({ functions }) => functions.some(({ ranges }) => hasRun(ranges[0])))
    .map(({ url }) => url)
  process.send?.(entered)
})
process.channel?.unref()

/** Whether a function ran; what begins where its file does is the file, as it runs when it is loaded. */
function hasRun(whole?: Profiler.CoverageRange): boolean {
  return whole !== undefined && whole.count > 0 && whole.startOffset > 0
}
