package content

// The warnings of a file, for staff who know nothing of file formats: each says
// what is wrong and what to do if there is anything to do. They stand with the
// file, or with the member of an archive, that they speak of. Their wording is
// their identity, %-verbs being the only thing that varies: whoever shows them
// in another language looks them up by it.
const (
	warnZeros    = "The file holds nothing but zero bytes, as after a failed copy. Ask the sender to send it again."
	warnImageCut = "The image or film ends too early: it was sent or saved only in part. Ask the sender to send it again."

	warnPDFCut       = "The PDF ends too early: it was sent or saved only in part. Ask the sender to send it again."
	warnPDFDamaged   = "The PDF is damaged where it lists its own contents; most viewers repair that. If it does not open, ask the sender to send it again."
	warnPDFRestricts = "The PDF opens without a password, but forbids copying or printing."

	warnOfficeDamaged = "The file begins like an old office document (Word, Excel, PowerPoint), but the rest is missing or damaged. Ask the sender to send it again."
	warnOfficeCut     = "The document ends too early: it was sent or saved only in part. Ask the sender to send it again."
	warnApple         = "The document was made with Apple %s, which other office programs may not open. If so, ask the sender for a PDF."

	warnZIPCut       = "The end of the file (a ZIP archive or an office document) is missing or damaged, and nothing can be opened without it. Ask the sender to send it again."
	warnZIPMembers   = "The archive holds more than %d files, and none of them was looked into. Ask the sender for fewer files."
	warnZIPListed    = "Only the first %d files of the archive are listed."
	warnZIPDepth     = "This archive lies within %d others and is not opened. Ask the sender to attach its files themselves."
	warnZIPTooLarge  = "The file claims to unpack to more than is accepted for its size, and is not unpacked. Ask the sender to attach its files themselves."
	warnZIPMethod    = "This file of the archive is compressed in an unusual way (method %d) that is not opened here. Ask the sender to attach it."
	warnZIPPath      = "The name of this file of the archive leads out of the archive's folder, as in an attack. Do not unpack it."
	warnZIPDamaged   = "This file of the archive is damaged: its bytes do not agree with its checksum or size. Ask the sender to send it again."
	warnZIPLarge     = "This file of the archive is larger than is looked into (%d MB). Ask the sender to attach it."
	warnOtherArchive = "The files inside this archive (%s) are not looked into; only ZIP archives are. Ask the sender for a ZIP archive, or for the files themselves."

	warnSplit         = "The file is one part of an archive, or of a mail, that was cut into several, which are not put together here. Ask the sender for the files themselves, in several mails if need be."
	warnNotWhatItSays = "The name ends in .%s, but the content is nothing of the kind: it is damaged, or encrypted. Ask the sender to send it again."

	warnDiskImage = "The file is the image of a disk. What is in it is not looked into here, and escapes what protects a desktop. Do not open it; ask the sender for the files themselves."

	warnShortcut = "The file is a shortcut: the document it points to stayed on the sender's computer. Ask the sender to attach the document."
	warnLink     = "The file is a link: the document it points to was not sent. Ask the sender to attach the document."

	warnNameDirection = "The file name holds hidden characters that turn the direction of writing, which can make a program look like a document. Do not open it unless its sender confirms it."
	warnNameControl   = "The file name holds invisible characters."
	warnNameDouble    = "The name ends in .%s but is made to look like .%s. Do not open the file."

	warnTypeName     = "The content is %s, but the name ends in .%s."
	warnTypeDeclared = "The content is %s, but the mail declares %s."
	warnTypeBoth     = "The content is %s, but the name ends in .%s and the mail declares %s."
)
