/** The layers: protocol ← transport ← connection ← session ← streams ← orders ← index. */
const layers = {
  errorFields: [],
  errors: [],
  options: [],
  clock: [],
  util: [],
  protocol: [],
  time: ['protocol'],
  transport: ['protocol'],
  connection: ['protocol', 'transport'],
  session: ['protocol', 'transport', 'connection'],
  operators: ['protocol', 'time'],
  streams: ['protocol', 'time', 'transport', 'connection', 'session', 'operators'],
  orders: ['protocol', 'time', 'transport', 'connection', 'session', 'operators', 'streams'],
  recording: ['protocol', 'transport', 'connection', 'session'],
  opentelemetry: ['protocol', 'transport', 'connection', 'session', 'gateway'],
  gateway: ['protocol', 'time', 'transport', 'connection', 'session', 'operators', 'streams', 'orders'],
  // The tokens of users are sealed as in files: what serves NATS runs in Node.
  nats: [
    'protocol',
    'time',
    'transport',
    'connection',
    'session',
    'operators',
    'streams',
    'orders',
    'gateway',
    'node/grants',
  ],
}

/** Seen by all. */
const leaves = ['errorFields', 'errors', 'options', 'clock', 'util', 'time/constants']

/** The rooms of a folder, the lowest first: each may import those before it, and the folder's own files all of them. */
const rooms = {
  protocol: ['codec', 'messages'],
  connection: ['requests'],
  session: ['state', 'reconnecting', 'logging', 'authentication/grants', 'authentication'],
  streams: ['sharing', 'symbols', 'history', 'account', 'market', 'valuation'],
  orders: ['model', 'tracking', 'validation/rules', 'validation', 'reconciling', 'lifecycle'],
  simulator: [
    'model',
    'market/model',
    'market/calendar',
    'market/catalogue',
    'market/prices',
    'market/history',
    'market/external',
    'market',
    'feed',
    'trading/state',
    'trading/accounting',
    'trading/execution',
    'trading/commands',
    'trading/queries',
    'trading',
    'world',
    'faults',
    'handlers',
    'server',
    'options',
  ],
  gateway: [
    'bus',
    'model',
    'owner/journal',
    'owner/grants',
    'owner/session',
    'owner/queries',
    'owner/prices',
    'owner/orders',
    'owner/accounts',
    'owner/lines',
    'owner',
    'edge/wire',
    'edge/prices',
    'edge/accounts',
    'edge',
  ],
  nats: ['connection', 'store', 'lines'],
  node: [
    'files',
    'journal',
    'grants',
    'http',
    'sockets',
    'oauth',
    'gateway',
    'simulate',
    'threads',
    'report/page',
    'report',
  ],
  testing: ['messages', 'drawing', 'asserting'],
  opentelemetry: ['model', 'metrics', 'spans'],
  angular: ['client', 'features'],
}

const filesOf = (folder, room) => `^src/${folder}/${room === '' ? '' : `${room}/`}[^/]+\\.ts$`

const below = ([folder, names]) =>
  names.map((room, floor) => ({
    name: `room-${folder}-${room.replace('/', '-')}`,
    comment: `${folder}/${room} may import from the rooms below it only`,
    severity: 'error',
    from: { path: filesOf(folder, room) },
    to: { path: [...names.slice(floor + 1), ''].map(other => filesOf(folder, other)) },
  }))

/** Every folder of a layer with rooms is one of them, so that none is forgotten here. */
const unlisted = ([folder, names]) => ({
  name: `room-${folder}-unlisted`,
  comment: 'a room that is not listed has no floor',
  severity: 'error',
  from: { path: `^src/${folder}/`, pathNot: ['', ...names].map(room => filesOf(folder, room)) },
  to: {},
})

const own = (name, allowed) => ({
  name: `layer-${name}`,
  comment: `${name} may import from ${[...leaves, ...allowed].join(', ')} only`,
  severity: 'error',
  from: { path: `^src/${name}(/|\\.ts$)` },
  to: {
    path: '^src/',
    pathNot: [name, ...leaves, ...allowed].map(layer => `^src/${layer}(/|\\.ts$)`),
  },
})

module.exports = {
  forbidden: [
    ...Object.entries(layers).map(([name, allowed]) => own(name, allowed)),
    ...Object.entries(rooms).flatMap(below),
    ...Object.entries(rooms).map(unlisted),
    {
      name: 'simulator-knows-no-client',
      comment: 'a mistake of the client must not be repeated by the server that tests it',
      severity: 'error',
      from: { path: '^src/simulator/' },
      to: {
        path: '^src/',
        pathNot:
          '^src/(simulator/|protocol/|(errorFields|errors|options|clock|time/constants|util/(omitUndefined|oncePer|parseJson))\\.ts$)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'simulator-knows-transport-types',
      severity: 'error',
      from: { path: '^src/simulator/' },
      to: {
        path: '^src/',
        pathNot:
          '^src/(simulator/|protocol/|transport/|(errorFields|errors|options|clock|time/constants|util/(omitUndefined|oncePer|parseJson))\\.ts$)',
      },
    },
    {
      name: 'protocol-without-rxjs',
      severity: 'error',
      from: { path: '^src/(protocol/|errors\\.ts$)' },
      to: { path: '^node_modules/(rxjs|isomorphic-ws|ws)/' },
    },
    {
      name: 'node-built-ins-in-node-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(node|cli)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'nobody-imports-the-top',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(testing|backtest|node|nats|angular|cli)/' },
      to: { path: '^src/(index\\.ts$|testing/|backtest/|node/|nats/|angular/|cli/)' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: 'index\\.ts$' }, to: {} },
    {
      name: 'only-declared-dependencies',
      severity: 'error',
      from: { path: '^src/' },
      // rxjs is a peer, and for our own specs a development dependency too.
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'],
        dependencyTypesNot: ['npm-peer'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
