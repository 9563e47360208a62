import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { GenericContainer, Wait } from 'testcontainers'

/** Several Redis servers in one container, at the addresses of its own network. */
export interface Topology {
  url: string
  /** Runs a line of shell in there, and answers what it printed. */
  run(line: string): Promise<string>
  stop(): Promise<void>
}

const compose = join(import.meta.dirname, '../../template/stores/redis-server/docker-compose.yml')
const [, image = ''] = /^\s*image:\s*(\S+)/m.exec(readFileSync(compose, 'utf8')) ?? []

export const masters = [7000, 7001, 7002]

const start = `
cd /tmp
ip=$(hostname -i)
export REDISCLI_AUTH=pass
start() {
  port=$1; shift
  redis-server "$@" --protected-mode no > $port.log & echo $! > $port.pid
}
server() {
  start $1 --port "$@" --save "" --requirepass pass --masterauth pass
}
until_says() {
  until redis-cli -p $1 $3 $4 $5 2>&1 | grep -q "$2"; do sleep 0.1; done
}`

const ready = 'all servers are ready'

async function startServers(lines: string, address: (ip: string) => string): Promise<Topology> {
  const container = await new GenericContainer(image)
    .withCommand(['sh', '-c', `${start}\n${lines}\necho ${ready}; wait`])
    .withEnvironment({ REDISCLI_AUTH: 'pass' })
    .withWaitStrategy(Wait.forLogMessage(ready).withStartupTimeout(30_000))
    .start()
  const [network = 'bridge'] = container.getNetworkNames()
  return {
    url: address(container.getIpAddress(network)),
    run: async (line) => (await container.exec(['sh', '-c', `cd /tmp; ${line}`])).output.trim(),
    async stop() {
      await container.stop()
    },
  }
}

/** Starts a cluster of three masters, each with a replica. */
export function startCluster(): Promise<Topology> {
  const lines = `
all="7000 7001 7002 7003 7004 7005"
for each in $all; do
  server $each --cluster-enabled yes --cluster-config-file $each.conf --cluster-node-timeout 1500
done
for each in $all; do until_says $each PONG ping; done
redis-cli --cluster create $(for each in $all; do echo $ip:$each; done) --cluster-replicas 1 --cluster-yes
for each in $all; do until_says $each cluster_state:ok cluster info; done
for each in 7003 7004 7005; do until_says $each master_link_status:up info replication; done`
  return startServers(
    lines,
    (ip) => `redis+cluster://:pass@${masters.map((port) => `${ip}:${port}`)}`,
  )
}

/** Starts a master and a replica, and three sentinels without a password that watch them. */
export function startSentinels(): Promise<Topology> {
  const lines = `
server 7000
server 7001 --replicaof $ip 7000
until_says 7001 master_link_status:up info replication
for each in 26000 26001 26002; do
  cat > $each.conf <<END
port $each
sentinel monitor main $ip 7000 2
sentinel auth-pass main pass
sentinel down-after-milliseconds main 1000
sentinel failover-timeout main 5000
END
  start $each $each.conf --sentinel
done
unset REDISCLI_AUTH
for each in 26000 26001 26002; do
  until_says $each 'OK 3' sentinel ckquorum main
done`
  const ports = [26000, 26001, 26002]
  return startServers(
    lines,
    (ip) => `redis+sentinel://:pass@${ports.map((port) => `${ip}:${port}`)}/main`,
  )
}
