/** What may be wrong with a row of a camera file. */
export type IssueKind =
  | 'class1_not_networked'
  | 'code_district'
  | 'code_duplicate'
  | 'code_length'
  | 'code_not_camera'
  | 'code_not_digits'
  | 'code_scientific'
  | 'code_sector_unknown'
  | 'coordinate_decimal_comma'
  | 'coordinate_dms'
  | 'coordinate_not_number'
  | 'coordinate_outside'
  | 'coordinate_range'
  | 'coordinate_swapped'
  | 'coordinate_zero'
  | 'crs_unknown'
  | 'date_format'
  | 'date_impossible'
  | 'duplicate_coordinate_heading'
  | 'duty_unparsable'
  | 'encoding_bad_byte'
  | 'enum_unknown'
  | 'field_angle_range'
  | 'field_too_long'
  | 'formula_injection'
  | 'fullwidth_digits'
  | 'hd_contradiction'
  | 'identity_conflict'
  | 'heading_range'
  | 'height_negative'
  | 'install_future'
  | 'ip_invalid'
  | 'mac_invalid'
  | 'markup_in_text'
  | 'newline_in_field'
  | 'number_range'
  | 'quotes_broken'
  | 'required_missing'
  | 'resolution_unparsable'
  | 'retention_below_30'
  | 'retired_before_install'
  | 'schema'
  | 'street_polygon_mismatch'
  | 'too_few_columns'
  | 'too_many_columns'
  | 'view_distance_zero'
  | 'whitespace';

/** An error refuses the row; a warning lets it in, flagged; a repair lets it in as repaired. */
type IssueSeverity = 'error' | 'warning' | 'repairable';

/** Something wrong with one cell, before it is known where it stands. */
export interface CellIssue {
  readonly kind: IssueKind;
  readonly severity: IssueSeverity;
  readonly reason: string;
  /** What the cell holds after the repair. */
  readonly repairedTo?: string;
}

/** Something wrong with a row of a file. */
export interface CameraFileIssue extends CellIssue {
  /** Data row, the first being 1. */
  readonly row: number;
  /** Line of the file where the row begins, the header being line 1. */
  readonly line: number;
  /** Header of the column as the file spells it, without the marks of a template; blank: the row as a whole. */
  readonly column: string;
  readonly found: string;
  /** Data row of the other camera of a pair. */
  readonly otherRow?: number;
}

export const error = (kind: IssueKind, reason: string): CellIssue => ({ kind, severity: 'error', reason });
export const warning = (kind: IssueKind, reason: string): CellIssue => ({
  kind,
  severity: 'warning',
  reason,
});
export const repaired = (kind: IssueKind, repairedTo: string, reason: string): CellIssue => ({
  kind,
  severity: 'repairable',
  reason,
  repairedTo,
});
