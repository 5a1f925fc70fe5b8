/** What the console speaks. */
export type Language = 'zh-CN' | 'en';
