import { PipelineError } from '../../kernel/index.ts';

/** What an answer may be made of; real ones stay far below. */
const maxDepth = 64;
const maxElements = 30_000;
const maxAttributes = 400;

const refused = (what: string): PipelineError =>
  new PipelineError('INGEST_ONVIF_ANSWER', `The device sent ${what}.`, {
    hint: 'This is no answer of a camera. Look whether something else lives at this address.',
  });

/**
 * Make an XML answer safe to parse: names of name spaces are taken out (the parser of the package looks for them in
 * quadratic time), and what is too deep, too long or defines entities is refused. Linear in the length of the text.
 * @throws PipelineError INGEST_ONVIF_ANSWER.
 */
export function boundedXml(text: string): string {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text) && !/^\s*<!DOCTYPE html/i.test(text))
    throw refused('XML that defines entities');
  const plain = text.replaceAll(/\sxmlns(?::[\w.-]+)?\s*=\s*(?:"[^"]*"|'[^']*')/g, '');
  if (plain.split('xmlns').length > 200) throw refused('XML with broken name spaces');
  let depth = 0;
  let elements = 0;
  for (let at = plain.indexOf('<'); at >= 0; at = plain.indexOf('<', at)) {
    if (plain.startsWith('<!--', at)) {
      const end = plain.indexOf('-->', at);
      if (end < 0) break;
      at = end;
      continue;
    }
    const end = plain.indexOf('>', at);
    if (end < 0) break;
    const isClosing = plain[at + 1] === '/';
    const isWhole = plain[end - 1] === '/' || plain[at + 1] === '?' || plain[at + 1] === '!';
    if (isClosing) depth--;
    else if (!isWhole) depth++;
    elements++;
    if (depth > maxDepth) throw refused(`XML nested more than ${maxDepth} deep`);
    if (elements > maxElements) throw refused(`more than ${maxElements} XML elements`);
    if (end - at > 20 && plain.slice(at, end).split('=').length > maxAttributes)
      throw refused('an XML element with too many attributes');
    at = end;
  }
  return plain;
}
