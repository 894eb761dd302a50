#include "mail/detect.h"

#include "mail/words.h"

// clang-format off
static const char *const phrases[] = {
	"statement", "statements", "invoice", "invoices", "remittance", "payment advice",
	"purchase order", "wire transfer", "to sign", "please sign", "for signature",
	"signature required", "signature request", "signature requested", "e sign", "esign",
	"document shared", "shared a document", "shared document", "payslip", "pay slip",
	"direct deposit", "voicemail", "facture", "rechnung", "factura", "fatura", "fattura",
	"boleto", "nota fiscal", NULL,
};
// clang-format on

static void
look_in(const Detector *self, Message *message, const char *text, const char *where)
{
	g_autofree char *words = words_of(text, WORDS_MAX_SUBJECT);
	const char *first = NULL;

	if (words_count(words, phrases, &first) > 0)
		detector_found(
			self, message, text, where, "announces business papers: \"%s\"", first);
}

/* "Statement- <...>" writes about "See What's New: ID-64703373". */
static void
run(const Detector *self, Message *message)
{
	look_in(self, message, message->subject, "header Subject");
	look_in(self, message, message->from->name, "header From");
}

/* On 5 % of phish and no bulk or ham of the samples; shops do write invoices,
 * so it weighs less than that says. */
const Detector detect_invoice = {
	.id = "invoice-subject",
	.summary = "subject or display name speak of a statement, an invoice or a signature",
	.weight = 15,
	.run = run,
};
