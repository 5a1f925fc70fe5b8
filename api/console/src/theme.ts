import type { ThemeConfig } from 'antd';

/** Deep blue of the header and everything that stands for the product itself. */
export const ink = '#0f2a43';

/** Calm surfaces, one accent; red only for what needs a person now. */
export const theme: ThemeConfig = {
  cssVar: { prefix: 'se' },
  token: {
    colorPrimary: '#1668b8',
    colorInfo: '#1668b8',
    colorBgLayout: '#f2f5f8',
    colorTextBase: '#1c2733',
    borderRadius: 6,
    fontSize: 14,
    // Who asked the system for less motion gets none.
    motion: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    fontFamily:
      "-apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', Roboto, sans-serif",
  },
  components: {
    Layout: { headerBg: ink, headerHeight: 56, headerPadding: '0 16px' },
    Card: { headerFontSize: 15, headerHeight: 46 },
  },
};
