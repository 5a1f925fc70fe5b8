export { type Credential, parseLogin } from './credential.ts';
export { openVault, vaultOf } from './vault.ts';
