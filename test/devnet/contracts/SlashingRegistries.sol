// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stand for the three registries of the slashing middleware (f310f097; same answers from the build of February 2025):
// those of M2 with custom errors for its strings.
// More than M2: the BLS registry also keeps the G2 key, and the stake registry can count what is slashable of an operator
// instead of all that is delegated to it.
//
// Left out: what the M2 ones leave out, and the socket registry; the slasher's own registry.

import {BLSApkRegistry} from "./BLSApkRegistry.sol";
import {CoordinatorOnly} from "./CoordinatorOnly.sol";
import {IAllocationManager} from "./CoreInterfaces.sol";
import {IndexRegistry} from "./IndexRegistry.sol";
import {IDelegationManager} from "./Interfaces.sol";
import {OperatorSet} from "./OperatorSetTypes.sol";
import {StakeRegistry} from "./StakeRegistry.sol";
import {G1Point, G2Point, PubkeyRegistrationParams, StrategyParams} from "./Types.sol";

contract SlashingBLSApkRegistry is BLSApkRegistry {
    error OnlyRegistryCoordinator();
    error ZeroPubKey();
    error OperatorAlreadyRegistered();
    error BLSPubkeyAlreadyRegistered();
    error InvalidBLSSignatureOrPrivateKey();

    mapping(address operator => G2Point) private _pubkeyG2;

    constructor(address registryCoordinator_) BLSApkRegistry(registryCoordinator_) {}

    /// params of an operator that has a key here are not looked at.
    function getOrRegisterOperatorId(
        address operator,
        PubkeyRegistrationParams calldata params,
        G1Point calldata message
    ) external onlyRegistryCoordinator returns (bytes32) {
        bytes32 known = operatorToPubkeyHash[operator];
        return known != 0 ? known : registerBLSPublicKey(operator, params, message);
    }

    function registerBLSPublicKey(address operator, PubkeyRegistrationParams calldata params, G1Point calldata message)
        public
        override
        returns (bytes32)
    {
        _pubkeyG2[operator] = params.pubkeyG2;
        return super.registerBLSPublicKey(operator, params, message);
    }

    function getOperatorPubkeyG2(address operator) external view returns (G2Point memory) {
        return _pubkeyG2[operator];
    }

    function _refuse(Defect defect) internal pure override {
        if (defect == Defect.ZERO_KEY) revert ZeroPubKey();
        if (defect == Defect.OPERATOR_HAS_KEY) revert OperatorAlreadyRegistered();
        if (defect == Defect.KEY_TAKEN) revert BLSPubkeyAlreadyRegistered();
        revert InvalidBLSSignatureOrPrivateKey();
    }

    function _refuseCaller() internal pure override {
        revert OnlyRegistryCoordinator();
    }
}

contract SlashingIndexRegistry is IndexRegistry {
    error OnlyRegistryCoordinator();

    constructor(address registryCoordinator_) IndexRegistry(registryCoordinator_) {}

    function _refuseCaller() internal pure override {
        revert OnlyRegistryCoordinator();
    }
}

contract SlashingStakeRegistry is StakeRegistry {
    error OnlySlashingRegistryCoordinator();
    error BelowMinimumStakeRequirement();
    error QuorumDoesNotExist();

    IAllocationManager public immutable allocationManager;
    address private immutable _avs;

    mapping(uint8 quorumNumber => bool) private _countsSlashable;
    mapping(uint8 quorumNumber => uint32) public slashableStakeLookAheadPerQuorum;

    constructor(
        address registryCoordinator_,
        IDelegationManager delegation_,
        IAllocationManager allocationManager_,
        address avs_
    ) StakeRegistry(registryCoordinator_, delegation_) {
        allocationManager = allocationManager_;
        _avs = avs_;
    }

    function initializeDelegatedStakeQuorum(
        uint8 quorumNumber,
        uint96 minimumStake,
        StrategyParams[] calldata strategies
    ) external {
        super.initializeQuorum(quorumNumber, minimumStake, strategies);
    }

    function initializeSlashableStakeQuorum(
        uint8 quorumNumber,
        uint96 minimumStake,
        uint32 lookAheadPeriod,
        StrategyParams[] calldata strategies
    ) external {
        super.initializeQuorum(quorumNumber, minimumStake, strategies);
        _countsSlashable[quorumNumber] = true;
        slashableStakeLookAheadPerQuorum[quorumNumber] = lookAheadPeriod;
    }

    /// 0: what is delegated counts, 1: what is allocated.
    function stakeTypePerQuorum(uint8 quorumNumber) external view returns (uint8) {
        return _countsSlashable[quorumNumber] ? 1 : 0;
    }

    /// This generation does not have M2's function.
    function initializeQuorum(uint8, uint96, StrategyParams[] calldata) public pure override {
        revert();
    }

    function _sharesThatCount(uint8 quorumNumber, address operator, address strategy)
        internal
        view
        override
        returns (uint256)
    {
        if (!_countsSlashable[quorumNumber]) return super._sharesThatCount(quorumNumber, operator, strategy);
        address[] memory operators = new address[](1);
        address[] memory strategies = new address[](1);
        (operators[0], strategies[0]) = (operator, strategy);
        uint32 futureBlock = uint32(block.number) + slashableStakeLookAheadPerQuorum[quorumNumber];
        OperatorSet memory operatorSet = OperatorSet(_avs, quorumNumber);
        return allocationManager.getMinimumSlashableStake(operatorSet, operators, strategies, futureBlock)[0][0];
    }

    function _requireQuorum(uint8 quorumNumber) internal view override {
        if (strategyParamsLength(quorumNumber) == 0) revert QuorumDoesNotExist();
    }

    function _refuseStake() internal pure override {
        revert BelowMinimumStakeRequirement();
    }

    function _refuseCaller() internal pure override {
        revert OnlySlashingRegistryCoordinator();
    }
}
