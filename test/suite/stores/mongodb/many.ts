/** The server of a machine without images looks through all documents at each write. */
export const many: number = 1000
