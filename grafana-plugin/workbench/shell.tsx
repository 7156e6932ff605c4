/** Frame of the workbench: navigation, theme, and the view that the path names. */
import { useEffect, useMemo, useState, type ComponentType } from 'react';
import { css, cx } from '@emotion/css';
import { createTheme, ThemeContext, type GrafanaTheme2 } from '@grafana/data';
import { config, locationService, LocationServiceProvider } from '@grafana/runtime';
import { Button, ErrorBoundaryAlert, GlobalStyles, useStyles2 } from '@grafana/ui';
import { Router } from 'react-router-dom';
import { CompatRouter } from 'react-router-dom-v5-compat';
import { AppView } from './app-view.tsx';
import { DashboardView } from './dashboard-view.tsx';
import { ExploreView } from './explore-view.tsx';
import { APP_ID } from './plugin-loader.ts';
import { SettingsView } from './settings-view.tsx';

type Mode = 'dark' | 'light';

const VIEWS: readonly { path: string; name: string; view: ComponentType }[] = [
  { path: `/a/${APP_ID}`, name: 'Overview', view: AppView },
  { path: '/d/seismograph', name: 'Dashboard', view: DashboardView },
  { path: '/explore', name: 'Explore', view: ExploreView },
  { path: '/connections/datasources', name: 'Datasource', view: SettingsView },
];

/** Where a newcomer lands: a backend that has just been started has nothing to show for the hour before. */
const FIRST_VIEW = `/a/${APP_ID}?from=now-15m&to=now`;

export function Shell() {
  const [mode, setMode] = useState<Mode>(config.bootData.user.lightTheme ? 'light' : 'dark');
  const theme = useMemo(() => createTheme({ colors: { mode } }), [mode]);
  config.theme2 = theme;
  const turn = () => {
    const next = mode === 'dark' ? 'light' : 'dark';
    localStorage.setItem('seismo.theme', next);
    setMode(next);
  };
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <LocationServiceProvider service={locationService}>
        <Router history={locationService.getHistory()}>
          <CompatRouter>
            <Frame mode={mode} onTurn={turn} />
          </CompatRouter>
        </Router>
      </LocationServiceProvider>
    </ThemeContext.Provider>
  );
}

function Frame({ mode, onTurn }: { mode: Mode; onTurn: () => void }) {
  const styles = useStyles2(getStyles);
  const path = usePath();
  const { view: View } = VIEWS.find((view) => path.startsWith(view.path)) ?? VIEWS[0];
  return (
    <div className={cx('main-view', styles.frame)}>
      <nav className={styles.bar} aria-label="Workbench">
        <img src={`/public/plugins/${APP_ID}/img/logo.svg`} alt="" width={26} height={26} />
        <strong className={styles.name}>Seismo</strong>
        {VIEWS.map(({ path: target, name, view }) => (
          <a
            key={target}
            href={target}
            className={cx(styles.tab, { [styles.current]: view === View })}
            aria-current={view === View ? 'page' : undefined}
            onClick={(event) => {
              event.preventDefault();
              locationService.push(target);
            }}
          >
            {name}
          </a>
        ))}
        <span className={styles.space} />
        <Button size="sm" variant="secondary" fill="outline" icon="adjust-circle" onClick={onTurn}>
          {mode === 'dark' ? 'Light' : 'Dark'}
        </Button>
      </nav>
      <ErrorBoundaryAlert key={path}>
        <View />
      </ErrorBoundaryAlert>
    </div>
  );
}

function usePath(): string {
  const [path, setPath] = useState(() => {
    const { pathname, search } = locationService.getLocation();
    if (pathname === '/' && search === '') locationService.replace(FIRST_VIEW);
    return pathname;
  });
  useEffect(
    () => locationService.getHistory().listen((location: { pathname: string }) => setPath(location.pathname)),
    [],
  );
  return path;
}

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({ minHeight: '100vh', background: theme.colors.background.canvas }),
  bar: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0.75, 3),
    background: theme.colors.background.primary,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  name: css({ marginRight: theme.spacing(2), fontSize: theme.typography.h4.fontSize }),
  tab: css({
    padding: theme.spacing(0.5, 1),
    borderRadius: theme.shape.radius.default,
    color: theme.colors.text.secondary,
    '&:hover': { color: theme.colors.text.primary, background: theme.colors.action.hover },
  }),
  current: css({ color: theme.colors.text.primary, background: theme.colors.action.selected }),
  space: css({ flex: 1 }),
});
