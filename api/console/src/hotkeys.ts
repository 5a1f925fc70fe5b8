import { useEffect } from 'react';

/**
 * Single keys that do something on this page. They rest while somebody types, while a dialog is open and while a
 * control key is held.
 */
export function useHotkeys(actions: Readonly<Record<string, (() => void) | undefined>>): void {
  useEffect(() => {
    const handle = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const { target } = event;
      if (
        target instanceof HTMLElement &&
        target.closest('input, textarea, select, [contenteditable], video')
      )
        return;
      if (document.querySelector('[role="dialog"][aria-modal="true"]') !== null) return;
      // Enter on a focused link or button belongs to that control.
      if (event.key === 'Enter' && target instanceof HTMLElement && target.closest('a, button')) return;
      const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', handle);
    return () => window.removeEventListener('keydown', handle);
  }, [actions]);
}
