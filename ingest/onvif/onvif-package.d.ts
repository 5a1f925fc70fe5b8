/** The parts of the package that its own types leave out. The version is pinned. */
declare module 'onvif/lib/utils.js' {
  /** Calls back with the children of the SOAP body, name spaces removed and first letters small. */
  export function parseSOAPString(
    xml: string,
    callback: (error: Error | null, body: unknown, xml: string, statusCode: number) => void,
    statusCode: number,
  ): void;
  export function getDigestHeaders(rawHeaders: readonly string[]): string[];
}
