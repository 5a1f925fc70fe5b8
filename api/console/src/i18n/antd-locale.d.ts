// Ant Design names these files without their ending, which Node's way of resolving types does not find.
declare module 'antd/es/locale/zh_CN' {
  const locale: NonNullable<import('antd').ConfigProviderProps['locale']>;
  export default locale;
}
declare module 'antd/es/locale/en_US' {
  const locale: NonNullable<import('antd').ConfigProviderProps['locale']>;
  export default locale;
}
