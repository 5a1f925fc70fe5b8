/** The part of the language that is used here: TypeScript has its types only among those of a browser. */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  interface Instance {
    readonly exports: object;
  }
  type Module = object;
  const Module: new (bytes: Uint8Array) => Module;
  const Memory: new (size: { readonly initial: number; readonly maximum: number }) => Memory;
  const Instance: new (module: Module, imports: { readonly env: { readonly memory: Memory } }) => Instance;
}
