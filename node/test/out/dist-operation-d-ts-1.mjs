import { Operation } from 'b24delete'

const operations = [15, 16, 17].map(Operation.lead)
operations.push(Operation.leadContact({ leadId: 18, contactId: 1010 }))
console.log(operations.length, operations[0].method, operations[0].leadId)
// prints: 4 crm.lead.delete 15
