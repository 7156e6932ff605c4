/** The page of the app plugin, as built. */
import { LoadingPlaceholder } from '@grafana/ui';
import { APP_ID, importPlugin } from './plugin-loader.ts';
import { useLoaded } from './use-loaded.ts';

export function AppView() {
  const plugin = useLoaded(() => importPlugin(APP_ID));
  const Root = plugin?.root;
  if (!Root) return <LoadingPlaceholder text="Loading the plugin" />;
  return (
    <Root
      meta={plugin.meta}
      basename={`/a/${APP_ID}`}
      path={`/a/${APP_ID}`}
      query={{}}
      onNavChanged={() => undefined}
    />
  );
}
