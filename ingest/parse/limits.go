package parse

// Limits. Each one that is met leaves a warning and never an error: what lies
// beyond is still in the archived mail.
const (
	maxHeaderBlock  = 1 << 20   // bytes of header fields kept for a message
	maxPartHeader   = 64 << 10  // the same for a part
	maxField        = 256 << 10 // bytes kept of one field: its head and its tail
	maxAddresses    = 1000      // per address field
	maxReferences   = 1000      // ids kept of References: the first and the last
	maxHops         = 200
	maxSubject      = 16 << 10
	maxParts        = 1000
	maxDepth        = 100       // nested multiparts and messages
	maxText         = 256 << 10 // bytes of Mail.Text
	maxBody         = 1 << 20   // bytes of one body text that are decoded
	maxBodies       = 50        // body texts joined
	maxInMemory     = 16 << 20  // decoded containers (encoded messages, CMS) of one mail
	maxLinks        = 50
	maxWarnings     = 100
	maxFailed       = 1000
	maxBoundaryLine = 1024
)
