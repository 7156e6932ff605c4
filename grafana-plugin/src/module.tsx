/** Entry of the app plugin. The page itself is a chunk of its own, loaded when somebody opens it. */
import { lazy, Suspense } from 'react';
import { AppPlugin, type AppRootProps } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';

const Overview = lazy(() => import('./overview/overview-page.tsx'));

function App(_props: AppRootProps) {
  return (
    <Suspense fallback={<LoadingPlaceholder text="Loading" />}>
      <Overview />
    </Suspense>
  );
}

export const plugin = new AppPlugin<object>().setRootPage(App);
