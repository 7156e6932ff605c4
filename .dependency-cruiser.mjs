// The directions imports may take: docs/design.md, "Rooms".
const PURE =
  '^(otel-processor/src/(otlp/(columns|wire|decode|splice|encode|json)\\.ts|normalise/)|' +
  'scoring-backend/src/(columns|templates|windows|detectors|calibration|explain)/|scoring-backend/src/engine/engine\\.ts)';
const TEST = '\\.test\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle of types alone is no order of loading, and a table may name the type of its row.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'processor-knows-no-backend',
      comment: 'The processor reaches the backend through its own Scorer interface and verdict codec alone.',
      severity: 'error',
      from: { path: '^otel-processor/(src|bench)' },
      to: { path: '^(scoring-backend|grafana-plugin)/' },
    },
    {
      name: 'backend-knows-no-plugin',
      severity: 'error',
      from: { path: '^scoring-backend/' },
      to: { path: '^grafana-plugin/' },
    },
    {
      name: 'the-plugin-takes-types-of-the-api-only',
      severity: 'error',
      from: { path: '^grafana-plugin/src/' },
      to: { path: '^(otel-processor|scoring-backend)/', pathNot: '^scoring-backend/src/api/types\\.ts$' },
    },
    {
      name: 'the-plugin-knows-no-workbench',
      severity: 'error',
      from: { path: '^grafana-plugin/src/' },
      to: { path: '^grafana-plugin/(workbench|e2e|test|bench)/' },
    },
    {
      name: 'the-seismograph-knows-no-grafana-panel-and-no-datasource',
      severity: 'error',
      from: { path: '^grafana-plugin/src/(seismograph|verdicts)/' },
      to: { path: '^grafana-plugin/src/(panel|datasource|overview|evidence)/' },
    },
    {
      name: 'provisioning-is-imported-by-nobody',
      severity: 'error',
      from: {},
      to: { path: '^provisioning/' },
    },
    {
      name: 'pure-rooms-do-no-io',
      comment: 'Algorithms get bytes, time and seeds as arguments.',
      severity: 'error',
      from: { path: PURE, pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-rooms-use-no-packages',
      severity: 'error',
      from: { path: PURE, pathNot: TEST },
      // A Fourier transform is arithmetic like ours.
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer'], pathNot: '@seismo|node_modules/fft[.]js' },
    },
    {
      name: 'pure-rooms-know-no-doors',
      severity: 'error',
      from: { path: PURE, pathNot: TEST },
      to: { path: '^scoring-backend/src/(api|store|sources|cli|demo|main|engine/worker)' },
    },
    {
      name: 'columns-know-no-room',
      comment: 'The memory that all pure rooms keep their numbers in lies below all of them.',
      severity: 'error',
      from: { path: '^scoring-backend/src/columns/', pathNot: TEST },
      to: { path: '^(otel-processor|scoring-backend)/', pathNot: '^scoring-backend/src/columns/' },
    },
    {
      name: 'the-engine-knows-no-doors',
      severity: 'error',
      from: { path: '^scoring-backend/src/engine/', pathNot: TEST },
      to: { path: '^scoring-backend/src/(api|store|cli|demo|main)' },
    },
    {
      name: 'no-catch-all-rooms',
      severity: 'error',
      from: {},
      to: { path: '(^|/)(utils?|common|helpers?|misc|shared)(/|\\.[a-z]+$)', pathNot: 'node_modules' },
    },
    {
      name: 'sources-do-not-import-tests-or-benches',
      severity: 'error',
      from: { path: '/src/', pathNot: TEST },
      to: { path: '(\\.test\\.ts$|/(test|bench)/)' },
    },
    {
      name: 'declared-packages-only',
      severity: 'error',
      from: {},
      to: {
        dependencyTypes: ['unknown', 'undetermined', 'npm-no-pkg', 'npm-unknown'],
        // A part of @grafana/runtime that its package does not export; the workbench's build knows where it is.
        pathNot: '^grafana-runtime/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^grafana-plugin/(dist|workbench/dist|\\.config)/' },
    tsPreCompilationDeps: true,
    // Test tools are declared once, in the root's package.json.
    combinedDependencies: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
