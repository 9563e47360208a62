import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'

const ofTheClient = /^(hello|client|ping|select|echo)$/i

/** Listens to a Redis by MONITOR, beside the clients whose commands it counts. */
export async function openMonitor(url: string) {
  const { hostname, port } = new URL(url)
  const open = () => connect(Number(port), hostname)
  const [monitor, client] = [open(), open()]
  const heard: string[] = []
  createInterface({ input: monitor }).on('line', (line) => heard.push(line))
  client.resume()
  monitor.write('MONITOR\r\n')

  let marks = 0
  /** Waits until all that the server was sent before has been heard. */
  async function catchUp() {
    const mark = `mark ${marks++}`
    client.write(`ECHO "${mark}"\r\n`)
    while (!heard.some((line) => line.includes(mark))) await pause(5)
  }
  await pause(50)

  return {
    /** The commands that were sent while something was done; what a script runs inside is a part of the script. */
    async commands(act: () => Promise<unknown>): Promise<string[]> {
      await catchUp()
      heard.length = 0
      await act()
      await catchUp()
      return heard
        .map((line) => /^\+[\d.]+ \[\d+ (?!lua)\S+\] "(\w+)"(?! "\S*:ping")/.exec(line)?.[1] ?? '')
        .filter((name) => name && !ofTheClient.test(name))
    },
    /** Sends a command of one word. */
    send: (command: string) => void client.write(`${command}\r\n`),
    close() {
      monitor.destroy()
      client.destroy()
    },
  }
}
