/** The workbench: the built plugins in a plain browser, with Grafana's packages and no Grafana server. */
import './main.css';
import { createRoot } from 'react-dom/client';
import { provideServices } from './grafana-services.ts';
import { providePluginPage } from './plugin-page.tsx';
import { fillRegistries } from './registries.tsx';
import { shareModules } from './shared-modules.ts';
import { Shell } from './shell.tsx';

fillRegistries();
provideServices();
providePluginPage();
// Last: what is shared is copied, and the steps before put things into place.
shareModules();

const root = document.getElementById('root');
if (root) createRoot(root).render(<Shell />);
