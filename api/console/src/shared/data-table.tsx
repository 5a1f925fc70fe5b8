import { Flex, Pagination } from 'antd';
import { type ReactNode, useState } from 'react';

interface Column<T> {
  readonly title: string;
  readonly render: (row: T) => ReactNode;
  readonly isNumeric?: boolean;
}

const pageSize = 20;

/**
 * A plain table, scrolled sideways where it is too wide, with pages where it is too long.
 *
 * Not Ant Design's: that one measures scroll bars by a style element without a nonce, which the security policy
 * refuses, and weighs 250 KB.
 */
export function DataTable<T>(props: {
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
}): ReactNode {
  const { columns, rows, rowKey } = props;
  const [page, setPage] = useState(1);
  const lastPage = Math.max(1, Math.ceil(rows.length / pageSize));
  const start = (Math.min(page, lastPage) - 1) * pageSize;
  return (
    <>
      <div className="table-frame">
        <table className="table">
          <thead>
            <tr>
              {columns.map(({ title, isNumeric }) => (
                <th key={title} scope="col" className={isNumeric === true ? 'table-number' : ''}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(start, start + pageSize).map((row) => (
              <tr key={rowKey(row)}>
                {columns.map(({ title, render, isNumeric }) => (
                  <td key={title} className={isNumeric === true ? 'table-number' : ''}>
                    {render(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {lastPage > 1 && (
        <Flex justify="end" className="table-pages">
          <Pagination
            size="small"
            current={Math.min(page, lastPage)}
            pageSize={pageSize}
            total={rows.length}
            showSizeChanger={false}
            onChange={setPage}
          />
        </Flex>
      )}
    </>
  );
}
