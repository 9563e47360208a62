/** DynamoDB Local takes some milliseconds for a write, and a login is two. */
export const many: number = 1000
