import { Client } from 'b24delete'

const client = new Client({
  oauth: {
    rest: process.env.B24_REST,
    clientId: process.env.B24_CLIENT_ID,
    clientSecret: process.env.B24_CLIENT_SECRET,
    tokenEndpoint: process.env.B24_OAUTH_TOKEN,
    refreshToken: process.env.B24_REFRESH_TOKEN,
    store: {
      async load() {
        return saved
      },
      async save(tokens) {
        saved = tokens
      },
    },
  },
})
let saved = null
await client.deleteLead(7)
console.log(typeof saved, client.userId)
// prints: string 1
