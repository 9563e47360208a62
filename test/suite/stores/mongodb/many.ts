/** The server of a machine without images looks through all documents at each write: 10,000 take it minutes, which only a full run has. */
export const many: number = process.env.FULL ? 10_000 : 1000
