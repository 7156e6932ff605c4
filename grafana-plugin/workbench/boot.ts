/**
 * What a Grafana server writes into its page before any module runs. A classic script of its own: @grafana/runtime reads
 * it when it is first evaluated, and a bundler may move that before any import of ours.
 */
const asked = new URLSearchParams(location.search).get('theme') ?? localStorage.getItem('seismo.theme');
const preferred = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
const theme = asked === 'light' || asked === 'dark' ? asked : preferred;

Object.assign(window, {
  __grafana_public_path__: '/public/',
  __grafanaPublicDirExists: true,
  grafanaBootData: {
    assets: { dark: '', light: '' },
    navTree: [],
    user: {
      isSignedIn: true,
      login: 'workbench',
      theme,
      lightTheme: theme === 'light',
      orgId: 1,
      orgRole: 'Viewer',
      timezone: 'browser',
      locale: 'en-US',
      language: 'en-US',
      regionalFormat: 'en-US',
      permissions: {},
      weekStart: 'monday',
    },
    settings: {
      appUrl: `${location.origin}/`,
      appSubUrl: '',
      buildInfo: { version: '12.4.10', commit: '', env: 'production', edition: 'Open Source' },
      featureToggles: {},
      licenseInfo: {},
      namespace: 'default',
      unifiedAlertingEnabled: false,
      liveEnabled: false,
      datasources: {},
      panels: {},
      apps: {},
      defaultDatasource: 'Seismo',
    },
  },
});
