/**
 * What is in a store, by DuckDB itself.
 * @module
 */
import { DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";

/** Rows of a statement; opened for reading and closed again. */
export async function query(store: string, sql: string): Promise<Record<string, DuckDBValue>[]> {
  const instance = await DuckDBInstance.create(store, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjects();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Every row of points, in their order. */
export const allRows = (store: string) => query(store, 'SELECT * FROM points ORDER BY "index"');
