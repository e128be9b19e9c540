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
	maxName         = 1000 // bytes of a file name, a person's name, an address, a Message-ID
	maxParts        = 1000
	maxDepth        = 100       // nested multiparts and messages
	maxMessages     = 20        // of those, messages: each is hashed with all it holds
	maxText         = 256 << 10 // bytes of Mail.Text
	maxBody         = 1 << 20   // bytes of one body text that are decoded
	maxBodies       = 50        // body texts joined
	maxUnpacked     = 5         // messages and signatures, each decoded out of the one before
	maxInMemory     = 1 << 20   // bytes of one decoded container, without Options.Spool
	maxUU           = 50        // uuencoded files in one text
	maxLinks        = 50
	maxLink         = 2048 // bytes of one
	maxCIDs         = 1000 // images that the HTML shows
	maxWarnings     = 100
	maxFailed       = 1000
	maxMentioned    = 50
	maxBoundaryLine = 1024
)
