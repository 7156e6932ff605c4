/**
 * The settings of the server's engine that commands on files take as well, under the server's names: which families of
 * detectors run, and which models look at whole windows. They are read and refused as the server does it.
 */
import type { Command } from 'commander';
import { DETECTOR_FAMILIES } from '../detectors/families.ts';
import { DEFAULT_WINDOW_MODELS, WINDOW_MODELS } from '../detectors/window-models.ts';
import { DEFAULT_ENGINE_SETTINGS, type EngineSettings } from '../engine/settings.ts';

/** As they came: words with commas between them. */
export interface EngineFlags {
  readonly engineDetectorsOff?: string;
  readonly engineWindowModels?: string;
}

/** Which flag a field of `EngineFlags` came from. */
export const ENGINE_FLAGS = {
  engineDetectorsOff: '--engine-detectors-off',
  engineWindowModels: '--engine-window-models',
} as const;

/** Adds the flags to a command. */
export function withEngineFlags(command: Command): Command {
  return command
    .option(
      `${ENGINE_FLAGS.engineDetectorsOff} <families>`,
      `families of detectors that do not run, with commas between them: ${DETECTOR_FAMILIES.join(', ')} (none)`,
    )
    .option(
      `${ENGINE_FLAGS.engineWindowModels} <models>`,
      `models that look at whole windows: ${WINDOW_MODELS.join(', ')} (${DEFAULT_WINDOW_MODELS.join(',')})`,
    );
}

/**
 * The engine's settings by these flags, all others at their defaults.
 * @throws ConfigError that names the field, what was expected and what came
 */
export async function settingsOfFlags({
  engineDetectorsOff,
  engineWindowModels,
}: EngineFlags): Promise<EngineSettings> {
  if (engineDetectorsOff === undefined && engineWindowModels === undefined) return DEFAULT_ENGINE_SETTINGS;
  // The schema of all settings takes as long to load as a command does to begin.
  const { backendConfig } = await import('../config.ts');
  const engine = { detectorsOff: engineDetectorsOff, windowModels: engineWindowModels };
  const { detectorsOff, windowModels } = backendConfig({ engine }).engine;
  return { ...DEFAULT_ENGINE_SETTINGS, detectorsOff, windowModels };
}
