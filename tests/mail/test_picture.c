/* Pictures of many pixels: what is made smaller is still read, what is not read says so. */
#include "mail/message.h"
#include "tests/mail/attached.h"

#ifdef WITH_QR
#include <png.h>

#include "mail/picture.h"

/* The code of the detector's mail on a canvas of @side pixels, each of its own many times. */
static GBytes *
large_code(unsigned side)
{
	g_autoptr(Message) message = mails_read_file("tests/mail/detect/qr-link/hit-png.eml");
	g_autofree char *raw = NULL;
	gsize size = 0;
	g_autoptr(GBytes) small = NULL;
	g_auto(Picture) picture = { 0 };
	g_autofree guint8 *canvas = g_malloc((size_t)side * side);
	png_image image = { .version = PNG_IMAGE_VERSION,
		.width = side,
		.height = side,
		.format = PNG_FORMAT_GRAY };
	png_alloc_size_t length = (png_alloc_size_t)side * side + 65536;
	guint8 *bytes = g_malloc(length);

	g_assert_true(
		g_file_get_contents("tests/mail/detect/qr-link/hit-png.eml", &raw, &size, NULL));
	small = message_extract(raw, size, attached_first(message)->path);
	g_assert_true(picture_read(
		&picture, g_bytes_get_data(small, NULL), g_bytes_get_size(small), 4000000));
	for (unsigned y = 0; y < side; y++)
		for (unsigned x = 0; x < side; x++)
			canvas[(size_t)y * side + x] =
				picture.grey[(size_t)(y * picture.height / side) * picture.width +
					x * picture.width / side];
	g_assert_true(png_image_write_to_memory(&image, bytes, &length, 0, canvas, 0, NULL));
	return g_bytes_new_take(bytes, length);
}

static void
test_large_picture_is_made_smaller(void)
{
	g_autoptr(GBytes) bytes = large_code(3000);
	g_autoptr(Message) message = attached_read("a.png", "image/png", bytes);

	g_assert_true(mails_has_link(message, "https://hidden.example/qr"));
	g_assert_false(attached_first(message)->flags & ATTACHMENT_LIMIT);
}

static void
test_too_large_picture_is_a_limit(void)
{
	g_autoptr(GBytes) bytes = large_code(4200);
	g_autoptr(Message) message = attached_read("a.png", "image/png", bytes);

	g_assert_false(mails_has_link(message, "https://hidden.example/qr"));
	g_assert_true(attached_first(message)->flags & ATTACHMENT_LIMIT);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/picture/large-one-is-made-smaller", test_large_picture_is_made_smaller);
	g_test_add_func("/picture/too-large-one-is-a-limit", test_too_large_picture_is_a_limit);
	return g_test_run();
}
#else
static void
test_none_is_read(void)
{
	g_test_skip("QR codes are not built in");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/picture/none-is-read", test_none_is_read);
	return g_test_run();
}
#endif
