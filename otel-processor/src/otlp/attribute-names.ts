/** The names of the attributes we write on records and recognise our own work by. */
export interface AnnotationNames {
  /** Score in [0, 1]. Together with `unscored` the mark that a record was here before. */
  readonly score: string;
  readonly templateId: string;
  readonly confidence: string;
  readonly isAnomaly: string;
  readonly reasons: string;
  readonly model: string;
  /** Why a record passed without a score. */
  readonly unscored: string;
}

export const DEFAULT_ANNOTATION_NAMES: AnnotationNames = {
  score: 'anomaly.score',
  templateId: 'anomaly.template.id',
  confidence: 'anomaly.confidence',
  isAnomaly: 'anomaly.is_anomaly',
  reasons: 'anomaly.reasons',
  model: 'anomaly.model',
  unscored: 'anomaly.unscored',
};

/** The template text as the Collector's drain processor writes it. Not configurable: it is a name between products. */
export const TEMPLATE_TEXT = 'log.record.template';
/** Where file sources of the Collector put the name of the file. */
export const FILE_NAME = 'log.file.name';
