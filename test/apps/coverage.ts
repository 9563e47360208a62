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
    // The first function of a file is the file itself, as it runs when it is loaded.
    .filter(({ functions }) =>
      functions.slice(1).some(({ ranges }) => Number(ranges[0]?.count) > 0),
    )
    .map(({ url }) => url)
  process.send?.(entered)
})
process.channel?.unref()
