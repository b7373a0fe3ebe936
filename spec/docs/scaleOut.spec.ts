import { parse } from 'yaml'
import { blocksOf } from './code'

const GUIDE = 'docs/scale-out.md'

interface Service {
  readonly image: string
  readonly command: readonly string[]
  readonly depends_on?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly volumes: readonly string[]
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: object
}

const [composeText = '', scrapeText = ''] = blocksOf(GUIDE, 'yaml')
const { services, volumes } = parse(composeText, { merge: true }) as Compose
const nats = Object.entries(services).filter(([name]) => name.startsWith('nats-'))
const [conf = ''] = blocksOf(GUIDE, 'text')
const config = JSON.parse(blocksOf(GUIDE, 'json')[0] ?? '') as {
  readonly nats: {
    readonly servers: readonly string[]
    readonly credentials: string
    readonly replicas: number
  }
}

/** What a container has at a path: the name of a volume, or a file of the machine. */
const mountedAt = ({ volumes: mounts = [] }: Partial<Service> = {}, path: string): string | undefined =>
  mounts.map(mount => mount.split(':')).find(([, at]) => at === path)?.[0]

describe('the containers of the guide to scale-out', () => {
  it('are owners, edges and three servers of NATS, and each server knows the others', () => {
    expect(Object.keys(services)).toEqual(['owner', 'edge', 'nats-1', 'nats-2', 'nats-3'])
    const hosts = nats.map(([name]) => name)
    expect(config.nats.servers.map(url => new URL(url).hostname)).toEqual(hosts)
    expect([...conf.matchAll(/nats:\/\/([\w-]+):6222/g)].map(([, host]) => host)).toEqual(hosts)
    expect(config.nats.replicas).toBe(nats.length)
    for (const [name, { command }] of nats) expect(command.slice(-2)).toEqual(['--name', name])
    for (const name of ['owner', 'edge']) expect(services[name]?.depends_on).toEqual(hosts)
  })

  it('give the secrets to owners alone, and say which is missing', () => {
    const { environment = {} } = services['owner'] ?? {}
    expect(environment).toEqual({
      RX_CTRADER_GRANT_KEYS: '${RX_CTRADER_GRANT_KEYS:?}',
      RX_CTRADER_CLIENT_SECRET: '${RX_CTRADER_CLIENT_SECRET:?}',
    })
    const others = Object.entries(services).filter(([name]) => name !== 'owner')
    expect(others.filter(([, service]) => service.environment !== undefined)).toEqual([])
  })

  it('have the files that their configuration names', () => {
    for (const name of ['owner', 'edge'])
      expect(mountedAt(services[name], `/gateway/${config.nats.credentials}`)).toBe('./gateway.creds')
    const store = /store_dir: (\S+)/.exec(conf)?.[1] ?? ''
    const included = /include (\S+)/.exec(conf)?.[1] ?? ''
    for (const [name, service] of nats) {
      expect(service.command[1]).toBe('/nats.conf')
      expect(mountedAt(service, '/nats.conf')).toBe('./nats.conf')
      expect(mountedAt(service, `/${included}`)).toBe(`./${included}`)
      expect(mountedAt(service, store)).toBe(name)
    }
    expect(Object.keys(volumes)).toEqual(nats.map(([name]) => name))
  })

  it('are found by Prometheus under their names', () => {
    const { scrape_configs: jobs } = parse(scrapeText) as {
      readonly scrape_configs: readonly {
        readonly dns_sd_configs: readonly { readonly names: readonly string[] }[]
      }[]
    }
    expect(jobs.flatMap(job => job.dns_sd_configs).flatMap(({ names }) => names)).toEqual(['owner', 'edge'])
  })
})
