import { type CellIssue, error, repaired, warning } from './issue.ts';

/** What kind of text a column holds: free text is kept as it is, a term (code, number, date) may be narrowed. */
export type TextKind = 'free' | 'term';

const longestText = 200;

/** Text that a spreadsheet would run as a formula; telephone numbers and plain numbers are none. */
export const looksLikeFormula = (text: string): boolean => /^(?:[=@]|[+-](?![\d\s.()-]*$))/.test(text);

const looksLikeMarkup = (text: string): boolean => /<[a-z!/][^>]*>/i.test(text);

/** Full-width letters, digits and signs as their usual forms. */
const narrow = (text: string): string =>
  text.replaceAll(/[\uFF01-\uFF5E]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));

/**
 * Clean the text of a cell.
 * @returns the text to read, and what was found on the way; a text with broken bytes is not to be read at all.
 */
export function cleanCell(
  raw: string,
  kind: TextKind,
): { readonly text: string; readonly issues: readonly CellIssue[] } {
  const issues: CellIssue[] = [];
  let text = raw.trim();
  // An export of ours put it there.
  if (text.startsWith("'") && looksLikeFormula(text.slice(1))) text = text.slice(1);
  if (text === '') return { text, issues };
  if (text.includes('\uFFFD')) {
    return {
      text,
      issues: [error('encoding_bad_byte', 'these bytes are no text in the encoding of the file')],
    };
  }
  if (raw !== raw.trim()) issues.push(repaired('whitespace', text, 'blanks at the ends were taken away'));
  if (/[\r\n]/.test(text)) {
    text = text.replaceAll(/\s*[\r\n]+\s*/g, ' ');
    issues.push(repaired('newline_in_field', text, 'a line break was made a blank'));
  }
  if (kind === 'term') {
    const narrowed = narrow(text);
    if (narrowed !== text)
      issues.push(repaired('fullwidth_digits', narrowed, 'full-width signs were narrowed'));
    return { text: narrowed, issues };
  }
  if (looksLikeFormula(text)) {
    issues.push(warning('formula_injection', 'a spreadsheet would run this as a formula; exports disarm it'));
  }
  if (looksLikeMarkup(text)) issues.push(warning('markup_in_text', 'this holds markup; it is shown as text'));
  if (text.length > longestText) {
    issues.push(warning('field_too_long', `${text.length} characters, more than ${longestText}`));
  }
  return { text, issues };
}

/** Cell text that no spreadsheet runs: a formula gets an apostrophe before it. */
export const disarmed = (text: string): string => (looksLikeFormula(text.trim()) ? `'${text}` : text);
