//! `generate`: made-up people into an empty register, with a progress bar.

use crate::cli::GenerateArgs;
use crate::folder;
use crate::progress::Progress;
use crate::province::{open_store, pretend};
use kernel::Result;
use registers::generate::{Demo, complete};
use store::Store;

/// Makes the people; a run that was cut off goes on where it stood.
#[allow(clippy::print_stdout)]
pub fn run(args: &GenerateArgs) -> Result<()> {
    let _held = folder::hold_own(&args.data, args.database.as_deref())?;
    let store = open_store(&args.data, args.database.as_deref())?;
    pretend(store.clock(), args.today.as_deref())?;
    let demo = Demo { persons: args.persons, seed: args.seed, province: args.province.clone() };
    let begun = std::time::Instant::now();
    let done = people(&store, &demo)?;
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "persons {} · households {} · {seconds:.1} s · {:.0}/s",
        done.persons,
        done.households,
        done.persons as f64 / seconds.max(0.001)
    );
    Ok(())
}

/// Fills the register, showing how far it is.
pub fn people(store: &Store, demo: &Demo) -> Result<registers::generate::Progress> {
    let bar = Progress::new("generate", demo.persons);
    let done = demo.run(store, &mut |p| bar.set(p.persons))?;
    bar.end();
    Ok(done)
}

/// Whether the register was filled to its end before.
pub fn is_there(store: &Store) -> Result<bool> {
    store.read(complete)
}
