# lmtp.pl - an LMTP client for the tests, of good will or none: perl lmtp.pl ADDRESS WHAT [FILE...]
use strict;
use warnings;
use IO::Socket::INET;
use IO::Socket::UNIX;
use Time::HiRes qw(sleep);

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

sub reply {    # one, of as many lines as it has; "" at the end
	my ($s) = @_;
	my $text = '';
	while (my $line = <$s>) {
		$line =~ s/\r\n$/\n/;
		$text .= $line;
		last if $line =~ /^\d{3} /;
	}
	return $text;
}

sub greet {
	my $s = dial();
	reply($s);
	print $s "LHLO test.example\r\n";
	reply($s);
	return $s;
}

sub slurp {
	open my $in, '<:raw', $_[0] or die;
	local $/;
	my $text = <$in>;
	$text =~ s/^\.(?=.)/../s;
	$text =~ s/\r\n\./\r\n../g;
	return $text;
}
my $envelope = "MAIL FROM:<Bounce\@sender.example> BODY=8BITMIME\r\nRCPT TO:<One\@inside.test>\r\nRCPT TO:<two\@inside.test>\r\n";

sub bring {    # what was said of it, for each recipient
	my ($s, $file) = @_;
	print $s $envelope, "DATA\r\n";
	reply($s) for 1 .. 4;
	print $s slurp($file), ".\r\n";
	return reply($s) . reply($s);
}

my %do = (
	bring => sub { my $s = greet(); print bring($s, $_) for @files; print $s "QUIT\r\n"; print reply($s) },
	# All at once, several sessions, each with several messages.
	many => sub {
		my $each = shift @files;
		for my $i (0 .. $#files / $each) {
			next if fork;
			my $s = greet();
			print bring($s, $_) for grep { defined } @files[$i * $each .. $i * $each + $each - 1];
			exit 0;
		}
		1 while wait > 0;
	},
	# In one piece, up to the last byte, and the client says no more.
	pipelined => sub {
		my $s = dial();
		print $s "LHLO x\r\n", map({ "${envelope}DATA\r\n" . slurp($_) . ".\r\n" } @files), "QUIT\r\n";
		shutdown $s, 1;
		print grep { !/^(220|250-|354)/ } <$s>;
	},
	bytes => sub {
		my $s = dial();
		syswrite $s, $_, 1 for split //, "LHLO x\r\n${envelope}DATA\r\n" . slurp($files[0]) . ".\r\nQUIT\r\n";
		print grep { /^(250 2.0.0|[45])/ } <$s>;
	},
	torn => sub {    # hangs up in the middle
		my $s = greet();
		print $s $envelope, "DATA\r\n", substr(slurp($files[0]), 0, 400);
		reply($s) for 1 .. 4;
		close $s;
	},
	unheard => sub {    # does not wait for the answer
		my $s = greet();
		print $s $envelope, "DATA\r\n", slurp($files[0]), ".\r\n";
		reply($s) for 1 .. 4;
		close $s;
	},
	endless => sub {    # a line without end
		my $s = dial();
		syswrite $s, 'x' x 4096 for 1 .. 100;
		print <$s>;
	},
	deaf => sub {       # says much, and reads nothing
		my $s = dial();
		$s->blocking(0);
		for (1 .. 2000) { syswrite $s, "NOOP\r\n" x 500 or sleep 0.001 }
		print "still here\n";
		sleep 60;
	},
	silent => sub { my $s = greet(); print reply($s), reply($s) eq '' ? "closed\n" : "open\n" },
	# So many sessions that do nothing; says what the last one is told, and waits to be ended.
	crowd => sub {
		my @crowd = map { dial() } 1 .. $files[0];
		print reply($_) for $crowd[-1];
		sleep 60;
	},
	waits => sub {    # inside of a message, until the listener ends
		my $s = greet();
		print $s $envelope, "DATA\r\n", "From: a\@b\r\n";
		reply($s) for 1 .. 4;
		print "inside\n";
		print <$s>;
	},
);
$do{$what}->();
