import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';
import type { Language } from './language.ts';
import { zhCn } from './zh-CN.ts';

const storageKey = 'sharp-eyes.language';

/** What was chosen last in this browser; Chinese where nothing was. */
function rememberedLanguage(): Language {
  try {
    return localStorage.getItem(storageKey) === 'en' ? 'en' : 'zh-CN';
  } catch {
    // Storage may be forbidden; then the choice lasts as long as the page.
    return 'zh-CN';
  }
}

export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: rememberedLanguage(),
    fallbackLng: 'zh-CN',
    resources: { 'zh-CN': { translation: zhCn }, en: { translation: en } },
    // React escapes already.
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = i18next.language;
}

export const currentLanguage = (): Language => (i18next.language === 'en' ? 'en' : 'zh-CN');

export async function switchLanguage(): Promise<void> {
  const next: Language = currentLanguage() === 'en' ? 'zh-CN' : 'en';
  try {
    localStorage.setItem(storageKey, next);
  } catch {
    // As above: it lasts as long as the page.
  }
  await i18next.changeLanguage(next);
  document.documentElement.lang = next;
}
