export { type Credential, parseLogin } from './credential.ts';
export { openVault, type Vault, vaultOf } from './vault.ts';
