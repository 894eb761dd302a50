#include "mail/detect.h"

#include "mail/words.h"

// clang-format off
static const char *const phrases[] = {
	"statement", "statements", "invoice", "invoices", "remittance", "payment advice",
	"purchase order", "wire transfer", "sign", "signature", "signature required", "e sign",
	"esign", "please sign", "document shared", "shared a document", "shared document",
	"payslip", "pay slip", "direct deposit", "voicemail", "facture", "rechnung", "factura",
	"fatura", "fattura", "boleto", "nota fiscal", NULL,
};
// clang-format on

static void
run(const Detector *self, Message *message)
{
	g_autofree char *words = words_of(message->subject, WORDS_MAX_SUBJECT);
	const char *first = NULL;

	if (words_count(words, phrases, &first) > 0)
		detector_found(self, message, message->subject, "header Subject",
			"subject announces business papers: \"%s\"", first);
}

/* On 5 % of phish and no bulk or ham of the samples; shops do write invoices,
 * so it weighs less than that says. */
const Detector detect_invoice = {
	.id = "invoice-subject",
	.summary = "the subject speaks of a statement, an invoice or a signature",
	.weight = 15,
	.run = run,
};
