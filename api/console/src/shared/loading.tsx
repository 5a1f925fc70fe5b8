import { Flex, Spin } from 'antd';
import type { ReactNode } from 'react';

export function Loading({ isWholePage = false }: { isWholePage?: boolean }): ReactNode {
  return (
    <Flex justify="center" align="center" className={isWholePage ? 'loading loading-page' : 'loading'}>
      <Spin size="large" />
    </Flex>
  );
}
