/**
 * Dialogs live in an element of their own: in `body` they would lock scrolling by a style element without a nonce,
 * which the security policy refuses.
 */
export const dialogContainer = (): HTMLElement => document.getElementById('dialogs') ?? document.body;
