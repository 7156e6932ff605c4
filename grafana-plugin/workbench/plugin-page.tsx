/** The frame that Grafana puts around the page of an app: its title and its actions. */
import type { ComponentType } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import type { PluginPageProps } from '@grafana/runtime';
import { useStyles2 } from '@grafana/ui';
// Not among the package's exports, though it is in the package: resolved by build-workbench.ts.
import { setPluginPage } from 'grafana-runtime/components/PluginPage.mjs';

function Page({ pageNav, actions, children }: PluginPageProps) {
  const styles = useStyles2(getStyles);
  return (
    <main className={styles.page}>
      <header className={styles.header}>
        <h1 className={styles.title}>{pageNav?.text}</h1>
        <div className={styles.actions}>{actions}</div>
      </header>
      {children}
    </main>
  );
}

export const WorkbenchPage: ComponentType<PluginPageProps> = Page;

export function providePluginPage(): void {
  setPluginPage(Page);
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ width: '100%', padding: theme.spacing(2, 3), maxWidth: 1800, margin: '0 auto' }),
  header: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    marginBottom: theme.spacing(2),
  }),
  title: css({ ...theme.typography.h2, margin: 0 }),
  actions: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
});
