# http.pl - an HTTP client for the tests, of good will or none: perl http.pl ADDRESS WHAT [FILE...]
use strict;
use warnings;
use IO::Socket::INET;
use IO::Socket::UNIX;

my ($address, $what, @files) = @ARGV;
$SIG{PIPE} = 'IGNORE';
$SIG{ALRM} = sub { print "no answer\n"; exit 1 };
alarm 60;
$| = 1;

sub dial {
	my $s = $address =~ m{^/} ? IO::Socket::UNIX->new($address) : IO::Socket::INET->new($address);
	die "$address: $!\n" unless $s;
	$s->autoflush(1);
	return $s;
}

sub slurp {
	open my $in, '<:raw', $_[0] or die;
	local $/;
	return scalar <$in>;
}

sub head {    # of a POST of so many bytes; more fields, each with its line end
	my ($length, $more) = @_;
	return "POST /x HTTP/1.1\r\nHost: x\r\nX-Rspamd-from: Bounce\@sender.example\r\n"
		. "X-Rspamd-rcpt: [\"One\@inside.test\",\"two\@inside.test\"]\r\n"
		. "X-Rspamd-qid: 4ABC\r\nContent-Length: $length\r\n" . ($more // '') . "\r\n";
}

sub request { my $body = slurp($_[0]); return head(length $body, $_[1]) . $body }

sub answer {    # status and text; "" when it hung up
	my ($s) = @_;
	my $line = <$s>;
	return '' unless defined $line;
	my ($status) = $line =~ /^HTTP\S+ (\d+)/;
	my $length = 0;
	while (defined($line = <$s>) && $line ne "\r\n") { $length = $1 if $line =~ /^content-length: (\d+)/i }
	read $s, my ($text), $length;
	return "$status $text";
}

my %do = (
	bring => sub { my $s = dial(); for (@files) { print $s request($_); print answer($s) } },
	# One after the other until nobody answers; says how many were kept.
	all => sub {
		for my $file (@files) {
			my $s = eval { dial() } or last;
			print $s request($file);
			last if answer($s) !~ /^200/;
			print "kept\n";
		}
	},
	# All at once, several clients, each with several messages in one connection.
	many => sub {
		my $each = shift @files;
		for my $i (0 .. $#files / $each) {
			next if fork;
			my $s = dial();
			for (grep { defined } @files[$i * $each .. $i * $each + $each - 1]) { print $s request($_); print answer($s) }
			exit 0;
		}
		1 while wait > 0;
	},
	pipelined => sub { my $s = dial(); print $s map { request($_) } @files; print answer($s) for @files },
	bytes => sub { my $s = dial(); syswrite $s, $_, 1 for split //, request($files[0]); print answer($s) },
	torn => sub { my $s = dial(); print $s substr(request($files[0]), 0, -400) },
	unheard => sub { my $s = dial(); print $s request($files[0]) },
	slow => sub { my $s = dial(); print $s "POST / HTTP/1.1\r\nHo"; print answer($s) eq '' ? "closed\n" : "open\n" },
	chunked => sub {
		my $s = dial();
		my $head = head(0);
		$head =~ s/Content-Length: 0/Transfer-Encoding: chunked/;
		print $s $head, map({ sprintf("%x\r\n%s\r\n", length, $_) } slurp($files[0]) =~ /(.{1,100})/gs), "0\r\n\r\n";
		print answer($s);
	},
	# What stands in a file, and no more.
	raw => sub { my $s = dial(); print $s slurp($files[0]); print answer($s) },
	# A field of a value that a file has.
	with => sub {
		my ($name, $value, $file) = @files;
		my $s = dial();
		my $request = request($file);
		my $field = "$name: " . slurp($value) . "\r\n";
		$request =~ s/^\Q$name\E:.*\r\n/$field/mi or $request =~ s/\r\n/\r\n$field/;
		print $s $request;
		print answer($s);
	},
	# So many that do nothing, and one that brings something; waits to be ended.
	crowd => sub {
		my $count = shift @files;
		my @crowd = map { dial() } 1 .. $count;
		print "here\n";
		sleep 60;
	},
	waits => sub {    # inside of a message, until the listener ends
		my $s = dial();
		print $s substr(request($files[0]), 0, -400);
		print "inside\n";
		print answer($s) eq '' ? "closed\n" : "answered\n";
	},
);
$do{$what}->();
